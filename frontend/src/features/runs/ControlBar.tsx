import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { LiveRun } from '../../stream/live';
import { Button, IconButton } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { formatClock } from '../figures/format';
import { ActionMenu } from './ActionMenu';
import { isActive, leave, useCurrentRun } from './current';
import { useAct } from './useAct';
import { StateChip } from './StateChip';
import styles from './ControlBar.module.css';

const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 20] as const;

/** Where the run stands, and what steers it. */
export function ControlBar({ live, compact }: { live: LiveRun; compact: boolean }) {
  const { t, locale } = useI18n();
  const { mayRun, designId } = useDrawing();
  const status = useCurrentRun((state) => state.status) ?? live.status;
  const perform = useAct();
  const active = isActive(status);
  const over = ['done', 'failed', 'cancelled'].includes(status.state);
  const speed = status.speed ?? 1;
  const speeds = SPEEDS.some((value) => value === speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <div className={styles['bar']} role="toolbar" aria-label={t('runs.controls')}>
      <StateChip status={status} />
      <Clock live={live} />
      {mayRun && !over && (
        <>
          <IconButton
            icon={status.state === 'paused' ? 'play' : 'pause'}
            label={status.state === 'paused' ? t('runs.resume') : t('runs.pause')}
            disabled={!active}
            onClick={() => perform({ action: status.state === 'paused' ? 'resume' : 'pause' })}
          />
          <IconButton icon="stop" className={styles['stop']} label={t('runs.stop')} disabled={!active} onClick={() => perform({ action: 'stop' })} />
          <ActionMenu disabled={!active} />
          <span className={styles['extra']}>
            {!compact && <Traffic live={live} disabled={!active} />}
            <select
              className={styles['speed']}
              aria-label={t('runs.speed')}
              title={t('runs.speed')}
              value={speed}
              disabled={!active}
              onChange={(event) => perform({ action: 'speed', value: Number(event.target.value) })}
            >
              {speeds.map((value) => (
                <option key={value} value={value}>
                  {new Intl.NumberFormat(locale).format(value)}×
                </option>
              ))}
            </select>
          </span>
        </>
      )}
      {over && (
        <Button icon="close" onClick={() => close(designId)}>
          {t('runs.close')}
        </Button>
      )}
    </div>
  );
}

/** The simulated time, written straight into the page ten times a second. */
function Clock({ live }: { live: LiveRun }) {
  const { t } = useI18n();
  const text = useRef<HTMLSpanElement>(null);
  const total = live.status.hello?.scenario['duration_s'];
  useEffect(() => {
    const show = (): void => {
      if (text.current) text.current.textContent = formatClock(live.frame?.t_s ?? 0);
    };
    show();
    return live.onFrame(show);
  }, [live]);
  return (
    <span className={styles['clock']} role="timer" aria-label={t('runs.clock')}>
      <span ref={text} />
      {typeof total === 'number' && <span className={styles['total']}> / {formatClock(total).replace(/\.0$/, '')}</span>}
    </span>
  );
}

function Traffic({ live, disabled }: { live: LiveRun; disabled: boolean }) {
  const { t } = useI18n();
  const perform = useAct();
  const [factor, setFactor] = useState(1);
  const change = (next: number): void => {
    setFactor(next);
    for (const flow of live.status.hello?.flows ?? []) perform({ action: 'traffic', target: flow, factor: next });
  };
  return (
    <span className={styles['traffic']} role="group" aria-label={t('runs.traffic')}>
      <span aria-hidden="true">{t('runs.traffic')}</span>
      <Button aria-label={t('runs.half')} title={t('runs.half')} disabled={disabled} onClick={() => change(factor / 2)}>
        ÷2
      </Button>
      <Button aria-label={t('runs.double')} title={t('runs.double')} disabled={disabled} onClick={() => change(factor * 2)}>
        ×2
      </Button>
    </span>
  );
}

/** Lets go of the run, also in the address. */
function close(designId: string | null): void {
  leave();
  if (designId !== null && window.location.pathname.includes('/runs/')) window.history.replaceState(null, '', `/d/${designId}`);
}
