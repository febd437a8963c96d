/** What went wrong, in one line: without the call and the path that Node adds. */
export function reasonOf(cause: unknown): string {
  // one error for each address of a host that was tried
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  if (!(cause instanceof Error)) return String(cause);
  const [line = ''] = cause.message.split('\n');
  if (!('syscall' in cause)) return line || cause.name;
  return 'code' in cause && cause.code === 'ENOENT' ? 'no such file' : (line.split(', ')[0] ?? '');
}

/** Whether an error says that there is no such file or folder. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
