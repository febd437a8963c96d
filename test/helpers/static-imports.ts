import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';

export interface StaticImports {
  /** The file and what it imports at its start, and so on: their texts by address. */
  readonly files: ReadonlyMap<string, string>;
  /** Packages that these files import, Node's own left out. */
  readonly packages: readonly string[];
}

/** What loading a compiled file loads, whatever it does then. */
export function staticImports(file: URL): StaticImports {
  const files = new Map<string, string>();
  const packages: string[] = [];
  const follow = (own: URL) => {
    if (files.has(own.href)) return;
    const text = readFileSync(own, 'utf8');
    files.set(own.href, text);
    for (const [, name = ''] of text.matchAll(/^import\s(?:[^;"]*?from )?"([^"]+)";$/gm)) {
      if (name.startsWith('.')) follow(new URL(name, own));
      else if (!isBuiltin(name)) packages.push(name);
    }
  };
  follow(file);
  return { files, packages };
}
