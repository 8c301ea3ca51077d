import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { isAborted } from '../call';
import { figureText } from '../findings/figureText';
import { Said } from '../figures/Said';
import { said } from '../findings/report';
import type { Evaluation, Run } from '../../api/types';
import { evaluate } from './api';
import { readScenario } from './scenario';
import styles from './Verdict.module.css';
import shared from './runs.module.css';

/** Whether the thresholds of the design hold in the scenario of a finished run. */
export function Verdict({ run }: { run: Run }) {
  const { t, locale, language } = useI18n();
  const { topology } = useDrawing();
  const [evaluation, setEvaluation] = useState<Evaluation | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const thresholds = topology.thresholds ?? [];
  const asked = thresholds.join('\n');
  useEffect(() => {
    if (asked === '') return undefined;
    const giveUp = new AbortController();
    evaluate(topology, readScenario(run.scenario), asked.split('\n'), giveUp.signal).then(setEvaluation, (error: Error) => {
      if (!isAborted(error)) setProblem(error.message);
    });
    return () => giveUp.abort();
    // Judged once a run: an edit made later is judged by the next run.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [run.id, asked]);
  if (thresholds.length === 0) return null;
  return (
    <section className={styles['verdict']} aria-label={t('runs.thresholds')}>
      <h2>{t('runs.thresholds')}</h2>
      {!problem && !evaluation && <p className={shared['hint']}>{t('findings.state.working')}</p>}
      {problem && <p className={styles['fail']}>{problem}</p>}
      {evaluation && (
        <>
          <p className={evaluation.verdict === 'pass' ? styles['pass'] : styles['fail']}>{t(`runs.verdict.${evaluation.verdict}`)}</p>
          <ul>
            {evaluation.thresholds.map((outcome) => (
              <li key={outcome.threshold}>
                <code>{outcome.threshold}</code>
                <span>{outcome.value === null && outcome.reason ? <Said text={said(outcome, language)} /> : figureText(outcome.metric, outcome.value, locale)}</span>
                <span className={outcome.holds ? styles['pass'] : styles['fail']}>
                  {t(outcome.holds ? 'runs.thresholds.holds' : 'runs.thresholds.fails')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
