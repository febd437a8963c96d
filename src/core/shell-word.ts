/** A text as one word of a shell: in quotes where it has blanks or other signs that a shell reads. */
export function shellWord(text: string): string {
  return /^[\w./\\:=,+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
