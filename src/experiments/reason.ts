/** What went wrong, in one line: without the call and the path that Node adds. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const [line = ''] = cause.message.split('\n');
  return 'syscall' in cause ? (line.split(', ')[0] ?? '') : line;
}
