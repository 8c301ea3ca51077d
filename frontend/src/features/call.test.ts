import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem, call, untilAnswered } from './call';

describe('a question that is asked until there is an answer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const asking = (answers: readonly (string | null)[], again = true) => {
    const ask = vi.fn(() => {
      const answer = answers[ask.mock.calls.length - 1];
      return answer == null ? Promise.reject(new Error('away')) : Promise.resolve(answer);
    });
    const heard: string[] = [];
    const giveUp = untilAnswered(ask, (answer) => heard.push(answer), (error) => {
      heard.push(error.message);
      return again;
    });
    return { ask, heard, giveUp };
  };

  it('is asked again after a while', async () => {
    const { ask, heard } = asking([null, null, 'here']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heard).toEqual(['away', 'away', 'here']);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('is asked no more where there is nothing to hope for, or nobody to hear', async () => {
    const hopeless = asking([null, 'here'], false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hopeless.heard).toEqual(['away']);
    const left = asking([null, 'here']);
    left.giveUp();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(left.heard).toEqual([]);
    expect(left.ask).toHaveBeenCalledTimes(1);
  });
});

describe('a call', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('says in words that there was no answer, whatever the browser calls it', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(call('GET', '/api/v1/catalogue')).rejects.toThrow(new ApiProblem(0, 'about:blank', 'The server does not answer.'));
  });
});
