/** How a disk, or a user's share of it, that is full is called. */
export const fullDisk = 'no space left on device';

/** What is there instead of what was expected, by the code of Node's error. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EEXIST: 'something of that name that is already there',
  ENOTDIR: 'a place below a file',
  EISDIR: 'a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOSPC: fullDisk,
  EDQUOT: fullDisk,
};

/** What went wrong, in one line: without the code, the call and the path that Node adds. */
export function reasonOf(cause: unknown): string {
  // one error for each address of a host that was tried
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  if (!(cause instanceof Error)) return String(cause);
  const [line = ''] = cause.message.split('\n');
  if (!('syscall' in cause)) return line || cause.name;
  const known = 'code' in cause ? words[String(cause.code)] : undefined;
  return known ?? (line.split(', ')[0] ?? '').replace(/^E[A-Z\d]+: /, '');
}

/** Whether an error says that there is no such file or folder. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
