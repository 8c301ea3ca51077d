import type { LiveRun } from '../../stream/live';

/** Writes at once, and again as frames come, though not more often than that; answers how to stop. */
export function rewriting(live: LiveRun, every_ms: number, write: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (): void => {
    timer = undefined;
    write();
  };
  write();
  const off = live.onFrame(() => {
    timer ??= setTimeout(again, every_ms);
  });
  return () => {
    off();
    clearTimeout(timer);
  };
}
