export { BatchMaker, feedHere } from './batch-maker.ts';
export type { Batch, Feed, FeedJob, OpenFeed } from './feed.ts';
export { emptyBatch, feedJob } from './feed.ts';
export { PartRows } from './part-rows.ts';
export { shareBytes } from './share.ts';
export type { FeedOptions, FeedStart } from './step-feeds.ts';
export { StepFeeds } from './step-feeds.ts';
