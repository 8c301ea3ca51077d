import { describe, expect, it } from 'vitest';
import { i18nFor } from './useI18n';

describe('a unit', () => {
  it('of counted things is said in the language of the page, a symbol as it is', () => {
    expect(i18nFor('ko').unit('slots')).toBe('개');
    expect(i18nFor('en').unit('slots')).toBe('slots');
    expect(i18nFor('ko').unit('ms')).toBe('ms');
  });
});
