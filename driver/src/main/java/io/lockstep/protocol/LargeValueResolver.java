package io.lockstep.protocol;

/** Knows the content of values that arrived in chunks. */
@FunctionalInterface
public interface LargeValueResolver {
    /** For frames that may not refer to large values. */
    LargeValueResolver NONE =
            reference -> {
                throw new ProtocolException("value " + reference.valueId() + " was not sent");
            };

    /**
     * The value a reference stands for: a String, byte[], {@link OtherValue}, {@link LargeValue} or
     * what was encoded.
     *
     * @throws ProtocolException if no such value has arrived completely
     */
    Object resolve(LargeReference reference) throws ProtocolException;
}
