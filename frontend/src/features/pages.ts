import { call } from './call';

interface Page<T> {
  readonly results: readonly T[];
  readonly next: string | null;
}

const MOST_PAGES = 20;

/** All items of a list that the API tells in pages. */
export async function listAll<T>(path: string): Promise<readonly T[]> {
  const items: T[] = [];
  let next: string | null = path;
  for (let page = 0; next !== null && page < MOST_PAGES; page++) {
    const answer: Page<T> = await call<Page<T>>('GET', next);
    items.push(...answer.results);
    next = answer.next;
  }
  return items;
}
