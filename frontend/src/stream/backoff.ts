/** Full jitter: after the n-th failure wait between nothing and a ceiling that doubles, so that many pages never return at once. */
export function retryDelay(failures: number, random: () => number, ceiling_ms = 15_000, first_ms = 500): number {
  const ceiling = Math.min(ceiling_ms, first_ms * 2 ** Math.max(0, failures - 1));
  return Math.round(random() * ceiling);
}

/** Close codes from 4400 to 4499 are the server's last word (no access, gone, too many); everything else passes. */
export function isFinal(code: number): boolean {
  return code >= 4400 && code < 4500 && code !== 4408 && code !== 4429;
}
