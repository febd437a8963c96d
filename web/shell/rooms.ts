import type { Component } from 'svelte';
import type { RoomProps } from './room.ts';

export interface Room {
  /** In addresses. */
  readonly name: string;
  /** In the navigation and the title of the page. */
  readonly title: string;
  /** Whether it is shown without the head of the page, as a part of another page; the navigation leaves it out. */
  readonly isPart?: boolean;
  readonly load: () => Promise<{
    readonly default: Component<RoomProps & Record<string, unknown>>;
  }>;
}

/** In the order of the navigation. Each is loaded when it is opened first. */
export const rooms: readonly [Room, ...Room[]] = [
  { name: 'losses', title: 'Losses', load: () => import('../rooms/losses/Losses.svelte') },
  { name: 'train', title: 'Train', load: () => import('../rooms/train/Train.svelte') },
  { name: 'results', title: 'Results', load: () => import('../rooms/results/Results.svelte') },
  { name: 'review', title: 'Review', load: () => import('../rooms/review/Review.svelte') },
  {
    ...{ name: 'figure', title: 'Figure', isPart: true },
    load: () => import('../rooms/figure/Figure.svelte'),
  },
];
