package io.lockstep.protocol;

/**
 * A value of a type without a form of its own on the wire: json, interval, xml, inet, an enum ...
 *
 * @param typeName the backend's name of the type
 * @param text the value as the backend writes and reads it
 */
public record OtherValue(String typeName, String text) {}
