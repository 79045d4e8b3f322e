/**
 * Bytes as a string of characters 0 to 255, for what is kept for long and seldom looked at: so few bytes take a third
 * of the memory of a typed array.
 */
export type ByteString = string;

/** Keeps bytes, at most some thousands. */
export function byteStringOf(bytes: Uint8Array): ByteString {
  // Not by spreading, which asks an iterator for each byte.
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}

/** The bytes again, in memory of their own. */
export function bytesOf(text: ByteString): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}
