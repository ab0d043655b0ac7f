package io.lockstep.protocol;

/** Numbers both ends agree on. Sizes are in bytes. */
public final class Protocol {
    /**
     * First field of a HELLO: the letters {@code LKST}. Tells a stray client of another protocol at
     * once.
     */
    public static final int MAGIC = 0x4C4B5354;

    /** Oldest protocol version this code speaks. */
    public static final int VERSION_MIN = 2;

    /** Newest protocol version this code speaks. */
    public static final int VERSION_MAX = 2;

    /** Feature bits this code knows. None is defined yet. */
    public static final long FEATURES = 0;

    /** Where a controller listens unless told otherwise. */
    public static final int DEFAULT_PORT = 25322;

    /** Tag and length in front of every frame's body. */
    public static final int HEADER_BYTES = 5;

    /** Largest frame body. */
    public static final int MAX_FRAME_BYTES = 1 << 20;

    /** A value longer than this travels as chunks in front of the frame that uses it. */
    public static final int LARGE_VALUE_BYTES = 256 << 10;

    /** Content bytes of one VALUE_CHUNK, except the last one of a value. */
    public static final int CHUNK_BYTES = 256 << 10;

    /** Longest SQL text, in UTF-8 bytes. */
    public static final int MAX_SQL_BYTES = 16 << 20;

    /** Most rows or texts in one part of a batch; a batch may have any number of parts. */
    public static final int MAX_BATCH_ROWS = 65_536;

    /** Once a frame's body has this many bytes, its sender should finish it and begin the next. */
    public static final int FRAME_TARGET_BYTES = 128 << 10;

    /**
     * From this body size on, values of more than a few bytes travel as chunks whatever their size,
     * so that rows of very many columns still fit into a frame.
     */
    static final int INLINE_BODY_BYTES = 768 << 10;

    /**
     * Values up to this size stay in the frame even when it is nearly full: a reference would save
     * nothing.
     */
    static final int ALWAYS_INLINE_BYTES = 16;

    /** How deep values may nest: arrays of arrays. */
    static final int MAX_VALUE_DEPTH = 16;

    private Protocol() {}
}
