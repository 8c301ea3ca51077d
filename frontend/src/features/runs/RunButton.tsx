import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button, IconButton } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { useCurrentRun } from './current';
import { ScenarioDialog } from './ScenarioDialog';
import { useStart } from './useStart';
import styles from './runs.module.css';

/** Asks for a run from anywhere: a shortcut, a menu, the palette. */
export const RUN_EVENT = 'linchpin:run';

/** Starts a live run of the drawing; beside it, what the run shall do. Not there for who may not run. */
export function RunButton() {
  const { t } = useI18n();
  const { mayRun, readOnly } = useDrawing();
  const running = useCurrentRun((state) => state.status !== null && ['queued', 'running', 'paused'].includes(state.status.state));
  const start = useStart();
  const [editing, setEditing] = useState(false);
  const { run, busy } = start;
  const able = mayRun && !busy && !running;
  useEffect(() => {
    if (!able) return undefined;
    const begin = (): void => void run();
    window.addEventListener(RUN_EVENT, begin);
    return () => window.removeEventListener(RUN_EVENT, begin);
  }, [able, run]);
  if (!mayRun) return null;
  return (
    <span className={styles['launch']}>
      {!readOnly && <IconButton icon="sliders" label={t('runs.scenario')} onClick={() => setEditing(true)} />}
      <Button variant="primary" icon="play" disabled={!able} onClick={() => void run()}>
        {t(busy ? 'runs.starting' : 'runs.run')}
      </Button>
      {editing && <ScenarioDialog onClose={() => setEditing(false)} />}
    </span>
  );
}
