/**
 * A warning of Node (a deprecation, a leaking listener, a faultOf handled too late) fails the run.
 * Notices about experimental features are left alone: they differ between versions of Node.
 */
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') throw warning;
});
