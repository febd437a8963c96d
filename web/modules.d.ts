/// <reference types="svelte" />

declare module '*.svelte' {
  import type { Component } from 'svelte';

  const component: Component<Record<string, unknown>>;
  export default component;
}

declare module '*.css';

/** The address of a file that the page fetches. */
declare module '*?url' {
  const address: string;
  export default address;
}
