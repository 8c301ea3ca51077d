import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { afterName, withParticles } from './particles';

const words = JSON.parse(readFileSync(new URL('../../../tests/fixtures/particles/words.json', import.meta.url), 'utf8')) as [string, string][];

describe('Korean particles', () => {
  it.each(words)('reads %s as %s', (written, read) => {
    expect(withParticles(written)).toBe(read);
  });

  it('are chosen anew for the name that takes the place of an id', () => {
    expect(afterName('장부', '을 잃으면 멈춥니다.')).toBe('를 잃으면 멈춥니다.');
    expect(afterName('매장', '가 답합니다.')).toBe('이 답합니다.');
    expect(afterName('서울', '으로')).toBe('로');
  });

  it('leave words alone that only begin like one', () => {
    expect(afterName('장부', '은행')).toBe('은행');
    expect(afterName('장부', '의 샤드')).toBe('의 샤드');
  });
});
