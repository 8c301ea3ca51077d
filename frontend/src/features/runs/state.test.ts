import { describe, expect, it } from 'vitest';
import { troubleWith } from './StateChip';

describe('the trouble with a run', () => {
  it('is none once somebody has stopped it, whatever was missed before', () => {
    expect(troubleWith({ state: 'cancelled', reason: 'stopped by a user', problem: 'connection lost' })).toBeNull();
    expect(troubleWith({ state: 'done', reason: null, problem: 'connection lost' })).toBeNull();
  });

  it('is why it failed, or what is missed while it runs', () => {
    expect(troubleWith({ state: 'failed', reason: 'too large', problem: null })).toBe('too large');
    expect(troubleWith({ state: 'running', reason: null, problem: 'a broken frame' })).toBe('a broken frame');
  });
});
