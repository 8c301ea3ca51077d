import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button, IconButton } from '../../ui/Button';
import { cx } from '../../ui/cx';
import type { Run } from '../../api/types';
import { readRun } from './api';
import { Charts } from './Charts';
import { ControlBar } from './ControlBar';
import { useCurrentRun } from './current';
import { Essentials } from './Essentials';
import { EventLog } from './EventLog';
import { Result, ResultNotes } from './Result';
import { Preparing, useBegun } from './Preparing';
import { isCurrent, shownState, troubleWith } from './StateChip';
import { Verdict } from './Verdict';
import styles from './RunDock.module.css';

type View = 'result' | 'charts';

/** On a screen no wider than this the charts are folded away until they are asked for. */
const SMALL = '(max-width: 760px)';

/** The run below the drawing: what steers it, its curves, what happened, and in the end the result. */
export function RunDock({ compact = false }: { compact?: boolean }) {
  const { t } = useI18n();
  const { id, live, status } = useCurrentRun();
  const [open, setOpen] = useState(() => !compact && !matchMedia(SMALL).matches);
  const [view, setView] = useState<View>('result');
  const over = status !== null && ['done', 'failed', 'cancelled'].includes(status.state);
  const run = useFinished(over ? id : null);
  const begun = useBegun(live);
  if (!live || !status) return null;
  const shown = shownState(status);
  const trouble = troubleWith(status);
  const results = open && run?.result && view === 'result' ? run : null;
  return (
    <section className={styles['dock']} aria-label={t('runs.title')} data-open={open}>
      <div className={styles['top']}>
        <ControlBar live={live} compact={compact} />
        {open && run?.result && <Views chosen={view} onChoose={setView} />}
        <IconButton icon="down" className={cx(styles['fold'], !open && styles['folded'])} label={open ? t('runs.collapse') : t('runs.expand')} aria-expanded={open} onClick={() => setOpen(!open)} />
      </div>
      {trouble && (
        <p className={styles['reason']} role="alert">
          {t('runs.reason', { reason: trouble })}
        </p>
      )}
      {!open && <Essentials live={live} />}
      {open && (
        <div className={styles['content']} data-stale={!isCurrent(status) && shown !== 'failed' && shown !== 'cancelled'}>
          {results?.result ? (
            <>
              <div className={styles['side']}>
                <Verdict run={results} />
                <ResultNotes result={results.result} />
              </div>
              <Result result={results.result} />
            </>
          ) : (
            <>
              {!begun && !over && <Preparing status={status} />}
              <Charts live={live} />
            </>
          )}
          {!compact && <EventLog events={status.events} />}
        </div>
      )}
    </section>
  );
}

/** Of a finished run: the result, or the curves that led to it. */
function Views({ chosen, onChoose }: { chosen: View; onChoose: (view: View) => void }) {
  const { t } = useI18n();
  return (
    <span className={styles['views']} role="group" aria-label={t('runs.title')}>
      {(['result', 'charts'] as const).map((view) => (
        <Button key={view} variant="ghost" aria-pressed={view === chosen} onClick={() => onChoose(view)}>
          {t(`runs.${view}`)}
        </Button>
      ))}
    </span>
  );
}

/** The run with its result, once it is over; the result is written a moment after the last frame. */
function useFinished(id: string | null): Run | null {
  const [run, setRun] = useState<Run | null>(null);
  useEffect(() => {
    if (id === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let tries = 0;
    const ask = (): void => {
      const again = (): void => {
        tries += 1;
        if (tries < 10) timer = setTimeout(ask, 500 * tries);
      };
      readRun(id).then((found) => {
        setRun(found);
        if (!found.result && found.state === 'done') again();
      }, again);
    };
    ask();
    return () => clearTimeout(timer);
  }, [id]);
  return run !== null && run.id === id ? run : null;
}
