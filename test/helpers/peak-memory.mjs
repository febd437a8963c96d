import { existsSync, readFileSync } from 'node:fs';

/**
 * The most bytes that this process has had in memory. Linux counts in `maxRSS` what the process that started it had, so it
 * is asked otherwise there.
 */
export function peakMemory() {
  const status = '/proc/self/status';
  const own = existsSync(status) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'));
  return 1024 * (own ? Number(own[1]) : process.resourceUsage().maxRSS);
}
