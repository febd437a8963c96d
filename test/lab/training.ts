import type { Page } from 'playwright-core';

/** Waits until both networks of the room of training are trained. */
export async function trained(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('.training [role=status]')].filter(
        ({ textContent }) => textContent?.trim() === 'trained',
      ).length === 2,
    undefined,
    { timeout: 120_000 },
  );
}

/** What the room says of each network under a name. */
export const facts = (page: Page, name: string): Promise<string[]> =>
  page.locator(`[data-fact=${name}]`).allInnerTexts();
