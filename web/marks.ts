/** Whether the page came with a mark: `serverMark` or `webgpuMark`. */
export function hasMark(name: string): boolean {
  return document.querySelector(`meta[name=${name}]`) !== null;
}
