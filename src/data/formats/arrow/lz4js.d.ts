declare module 'lz4js' {
  const lz4: {
    /** Unpacks a frame of LZ4. */
    readonly decompress: (bytes: Uint8Array) => Uint8Array;
    readonly compress: (bytes: Uint8Array) => Uint8Array;
  };
  export default lz4;
}
