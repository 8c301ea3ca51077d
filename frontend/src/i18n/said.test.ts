import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const all = globSync('**/*.{ts,tsx}', { cwd: ROOT });
const isTexts = (path: string): boolean => /^i18n\/\w+\.(en|ko)\.ts$/.test(path);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const source = all.filter((path) => !isTexts(path) && !path.endsWith('.test.ts')).map(read).join('\n');

/** Keys that are put together as the page runs, `findings.tab.${name}`, as patterns. */
const patterns = [...source.matchAll(/`((?:[\w.]|\$\{[^}]*\})+)`/g)]
  .filter(([, key = '']) => /^[\w]+\./.test(key) && key.includes('${'))
  .map(([, key = '']) => new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w.#-]+')}$`));

it('every text is said somewhere', () => {
  const keys = all.filter((path) => path.endsWith('.en.ts') && isTexts(path)).flatMap((path) => [...read(path).matchAll(/^ {2}'([^']+)':/gm)].map(([, key = '']) => key));
  expect(keys.length).toBeGreaterThan(400);
  const unsaid = keys.filter((key) => !new RegExp(`['"\`]${key.replaceAll('.', '\\.')}['"\`]`).test(source) && !patterns.some((pattern) => pattern.test(key)));
  expect(unsaid).toEqual([]);
});
