/**
 * A figure of the lab in a page: a comment with its address, and below it a picture of it that links to a page, which is what
 * GitHub shows.
 *
 *     <!-- lab: #/figure?show=parts&spec=ce -->
 *     [![Cross-entropy and its parts](images/theory-parts.png)](lab.md)
 */
const marked = /^<!-- lab: (\S+) -->\n\[!\[([^\]\n]*)\]\(([^()\s]+)\)\]\([^()\s]+\)$/gm;

/** The language of blocks that stand for figures. */
const language = 'lab-figure';

/** A page with its figures as blocks. */
export function withFigures(markdown: string): string {
  return markdown.replaceAll(marked, (_, hash: string, alt: string, image: string) => {
    const figure = { hash, alt, image: image.replace(/^\.?\/?/, '/') };
    return `\`\`\`${language}\n${JSON.stringify(figure)}\n\`\`\``;
  });
}

/** What a block is shown as, if it is a figure. @param info its language @param content its text */
export function figureElement(info: string, content: string): string | undefined {
  if (info.trim() !== language) return undefined;
  const attributes = Object.entries(JSON.parse(content) as Record<string, string>).map(
    ([name, value]) => `${name}="${escaped(value)}"`,
  );
  return `<LabFigure ${attributes.join(' ')} />\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
