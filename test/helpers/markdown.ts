/** Lines of a page that are not in a fenced block. */
function textOf(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split(/\r?\n/).filter((line) => {
    const [, mark] = /^ *(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence)) {
      fence = undefined;
      return false;
    }
    return fence === undefined;
  });
}

/** The targets of a page's links and images, outside of code. */
export function linksOf(markdown: string): string[] {
  const text = textOf(markdown)
    .join('\n')
    .replaceAll(/`[^`]*`/g, '');
  return [...text.matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)].map(([, link]) => link as string);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of textOf(markdown)) {
    const [, heading] = /^#{1,6} +(.*)$/.exec(line) ?? [];
    if (heading === undefined) continue;
    const anchor = heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let i = 1; anchors.has(unique); i++) unique = `${anchor}-${i}`;
    anchors.add(unique);
  }
  return anchors;
}
