import { globSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const sheets = new Map(globSync('**/*.module.css', { cwd: ROOT }).map((path) => [path, read(path)]));

/** By sheet: the classes that are asked for, and whether some name is made up as the page runs. */
const asked = new Map([...sheets.keys()].map((path) => [path, { names: new Set<string>(), computed: false }]));

function resolved(from: string, path: string): string {
  return normalize(join(from, '..', path));
}

for (const path of globSync('**/*.{ts,tsx}', { cwd: ROOT })) {
  const text = read(path);
  for (const [, name = '', from = ''] of text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)) {
    const uses = asked.get(resolved(path, from));
    if (!uses) throw new Error(`${path} imports ${from}, which is not there`);
    for (const [, named] of text.matchAll(new RegExp(`\\b${name}\\[(?:'([\\w-]+)')?`, 'g'))) {
      if (named === undefined) uses.computed = true;
      else uses.names.add(named);
    }
  }
}
for (const [path, text] of sheets) {
  for (const [, names = '', from = ''] of text.matchAll(/composes: ([\w -]+) from '([^']+)'/g)) {
    for (const name of names.split(' ')) asked.get(resolved(path, from))?.names.add(name);
  }
}

/** The classes that a sheet has rules for, those of others left out. */
function defined(text: string): Set<string> {
  const selectors = text.replace(/\/\*[^]*?\*\//g, '').replace(/:global\([^)]*\)/g, '').replace(/\{[^{}]*\}/g, ' ');
  return new Set([...selectors.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name = '']) => name));
}

describe('a style sheet', () => {
  const all = [...asked].map(([path, uses]) => ({ path, classes: defined(sheets.get(path) ?? ''), ...uses }));

  it.each(all)('$path has every class that it is asked for', ({ classes, names }) => {
    expect([...names].filter((name) => !classes.has(name))).toEqual([]);
  });

  it.each(all.filter(({ computed }) => !computed))('$path has no class that nobody asks for', ({ classes, names }) => {
    expect([...classes].filter((name) => !names.has(name))).toEqual([]);
  });
});
