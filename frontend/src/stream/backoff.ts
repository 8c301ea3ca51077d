const CEILING_MS = 15_000;
const FIRST_MS = 500;

/**
 * Full jitter: after the n-th failure wait between nothing and a ceiling that doubles, so that many pages never return
 * at once. The ceiling begins with what the server told while it was there: it knows how many it has.
 */
export function retryDelay(failures: number, random: () => number, told_ms = FIRST_MS): number {
  const ceiling = Math.min(CEILING_MS, Math.max(FIRST_MS, told_ms) * 2 ** Math.max(0, failures - 1));
  return Math.round(random() * ceiling);
}

/** Close codes from 4400 to 4499 are the server's last word (no access, gone, too many); everything else passes. */
export function isFinal(code: number): boolean {
  return code >= 4400 && code < 4500 && code !== 4408 && code !== 4429;
}
