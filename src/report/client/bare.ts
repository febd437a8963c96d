/**
 * A drawing without the style sheet that Plot puts into each, which a policy of the page may forbid: that of the page has its rules
 * (`.plot`). Its parts have names of marks, such as "line", which tell nobody anything who cannot see them.
 */
export function bare(drawing: Element): Element {
  drawing.querySelector('style')?.remove();
  for (const part of drawing.querySelectorAll('g[aria-label]')) {
    part.setAttribute('aria-hidden', 'true');
  }
  return drawing;
}
