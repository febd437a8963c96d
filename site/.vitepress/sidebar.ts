/** An entry of the sidebar: a page, or a heading with pages below it. */
export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly items?: readonly SidebarItem[];
  readonly collapsed?: boolean;
}

/**
 * The sidebar as the list of all pages has it: a group for each heading, and in it each page that is linked to, once.
 * @param markdown of `docs/README.md`
 * @param below entries below a page, by its link
 */
export function sidebarOf(
  markdown: string,
  below: Readonly<Record<string, readonly SidebarItem[]>> = {},
): SidebarItem[] {
  const [, ...sections] = markdown.split(/^## /m);
  return sections.map((section) => {
    const [heading = ''] = section.split('\n', 1);
    const items = linksOf(section).map((item) => {
      const own = item.link === undefined ? undefined : below[item.link];
      return own === undefined ? item : { ...item, collapsed: true, items: own };
    });
    return { text: heading.trim(), items };
  });
}

/** The pages that a text links to, in its order; links to headings are left out. */
export function linksOf(markdown: string, folder = '/'): SidebarItem[] {
  const found = markdown.matchAll(/\[([^\]]+)\]\(([\w/-]+)\.md\)/g);
  const links = [...found].map(([, text = '', path = '']) => ({
    text: capitalised(text),
    link: `${folder}${path.replace(/(^|\/)README$/, '$1')}`,
  }));
  return links.filter(({ link }, i) => links.findIndex((other) => other.link === link) === i);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
