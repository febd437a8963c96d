/** What data may take of the memory where nothing else is said, in bytes. */
export const defaultMemoryLimit = 4 * 2 ** 30;
