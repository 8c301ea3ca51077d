import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnalysisFeed, AnalysisRefused } from './feed';

interface Question {
  readonly document: string;
  readonly signal: AbortSignal;
  answer(report: string): void;
  refuse(error: Error): void;
}

let asked: Question[] = [];
const analyse = (document: string, signal: AbortSignal): Promise<string> =>
  new Promise((answer, refuse) => asked.push({ document, signal, answer, refuse }));
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('the analysis beside the drawing', () => {
  it('asks once for a burst of edits', async () => {
    const feed = new AnalysisFeed({ analyse });
    feed.update('a');
    await settle();
    asked[0]?.answer('report a');
    await settle();
    for (const document of ['b', 'c', 'd']) {
      feed.update(document);
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(400);
    expect(asked.map((question) => question.document)).toEqual(['a', 'd']);
  });

  it('marks figures of an older drawing and drops late answers', async () => {
    const feed = new AnalysisFeed({ analyse });
    feed.update('a');
    await settle();
    asked[0]?.answer('report a');
    await settle();
    expect(feed.status).toMatchObject({ report: 'report a', current: true });
    feed.update('b');
    expect(feed.status).toMatchObject({ report: 'report a', current: false, working: true });
    await vi.advanceTimersByTimeAsync(300);
    feed.update('c');
    expect(asked[1]?.signal.aborted).toBe(true);
    asked[1]?.answer('report b');
    await settle();
    expect(feed.status).toMatchObject({ report: 'report a', current: false });
  });

  it('shows why a drawing cannot be analysed', async () => {
    const feed = new AnalysisFeed({ analyse });
    feed.update('a');
    await settle();
    const errors = [{ pointer: '/flows/0/rate_rps', detail: 'must be above 0' }];
    asked[0]?.refuse(new AnalysisRefused({ detail: 'invalid', errors }));
    await settle();
    expect(feed.status).toMatchObject({ current: false, working: false, problem: { errors } });
  });

  it('tries again when the server is away', async () => {
    const feed = new AnalysisFeed({ analyse });
    feed.update('a');
    await settle();
    asked[0]?.refuse(new TypeError('Failed to fetch'));
    await settle();
    expect(feed.status.working).toBe(true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(2);
    asked[1]?.answer('report a');
    await settle();
    expect(feed.status).toMatchObject({ report: 'report a', current: true, problem: null });
  });
});
