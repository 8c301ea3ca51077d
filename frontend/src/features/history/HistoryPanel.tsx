import { useCallback, useEffect, useState } from 'react';
import type { MessageKey } from '../../i18n/translate';
import { useI18n, type Translate } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { formatWhen } from '../figures/format';
import { useNotices } from '../../ui/Notices';
import type { Revision } from '../../api/types';
import { compareRevisions, listRevisions, restoreRevision, type Comparison } from './api';
import { ComparisonView } from './ComparisonView';
import words from '../../ui/words.module.css';
import styles from './history.module.css';

interface Props {
  readonly design: string;
  readonly readOnly: boolean;
}

/** The kept states of a design: look back, compare what each change did to the figures, go back. */
export function HistoryPanel({ design, readOnly }: Props) {
  const { t, locale } = useI18n();
  const notice = useNotices((state) => state.show);
  const [revisions, setRevisions] = useState<readonly Revision[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [comparison, setComparison] = useState<{ from: number; to: number | null; result: Comparison | null } | null>(null);
  const load = useCallback(() => {
    listRevisions(design).then(setRevisions, (error: Error) => setProblem(error.message));
  }, [design]);
  useEffect(load, [load]);
  const compare = (from: number, to: number | null): void => {
    setComparison({ from, to, result: null });
    compareRevisions(design, from, to).then(
      (result) => setComparison((current) => (current?.from === from && current.to === to ? { from, to, result } : current)),
      (error: Error) => {
        setComparison(null);
        setProblem(error.message);
      },
    );
  };
  const restore = (n: number): void => {
    restoreRevision(design, n).then(
      () => {
        notice('info', t('history.restored', { n }));
        load();
      },
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <div className={styles['panel']}>
      {problem && (
        <p className={words['problem']} role="alert">
          {problem}
        </p>
      )}
      {revisions !== null && revisions.length === 0 && <p className={words['quiet']}>{t('history.none')}</p>}
      <ol>
        {revisions?.[0] && (
          <li className={styles['row']}>
            <div className={styles['head']}>
              <span className={styles['number']}>{t('history.now')}</span>
            </div>
            <Compare before={revisions[0].number} onCompare={(from) => compare(from, null)} />
            {comparison !== null && comparison.to === null && <ComparisonView comparison={comparison.result} />}
          </li>
        )}
        {(revisions ?? []).map((revision, index) => {
          const before = revisions?.[index + 1];
          const when = formatWhen(revision.created_at, locale);
          return (
            <li key={revision.number} className={styles['row']}>
              <div className={styles['head']}>
                <span className={styles['number']}>{t('history.revision', { n: revision.number })}</span>
                <time dateTime={revision.created_at} title={new Date(revision.created_at).toLocaleString(locale)}>
                  {when}
                </time>
              </div>
              <p className={words['quiet']}>{[reasonText(revision.reason, t), revision.author].filter(Boolean).join(' · ')}</p>
              <div className={styles['actions']}>
                {before && <Compare before={before.number} onCompare={(from) => compare(from, revision.number)} />}
                {!readOnly && (
                  <Button variant="ghost" size="small" onClick={() => restore(revision.number)}>
                    {t('history.restore')}
                  </Button>
                )}
              </div>
              {comparison !== null && comparison.to === revision.number && <ComparisonView comparison={comparison.result} />}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Compare({ before, onCompare }: { before: number; onCompare: (from: number) => void }) {
  const { t } = useI18n();
  return (
    <Button variant="ghost" size="small" onClick={() => onCompare(before)}>
      {t('history.compare', { n: before })}
    </Button>
  );
}

const REASONS: Readonly<Record<string, MessageKey>> = {
  created: 'history.reason.created',
  edited: 'history.reason.edited',
  changed: 'history.reason.changed',
  replaced: 'history.reason.replaced',
};

/** Why a revision was kept, in words; what this page does not know is shown as it was told. */
function reasonText(reason: string, t: Translate): string {
  const key = REASONS[reason];
  if (key) return t(key);
  const restored = /^restored revision (\d+)$/.exec(reason);
  return restored ? t('history.reason.restored', { n: Number(restored[1]) }) : reason;
}
