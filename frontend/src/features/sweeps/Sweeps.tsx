import { useMemo, useState } from 'react';
import { useKindsState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { ThresholdsField } from '../runs/ThresholdsField';
import { AxisField, type Wish } from './AxisField';
import { variables, type Variable } from './numbers';
import { giveUp, sweep, useSweeping, type Axis } from './sweeping';
import { SweepResult } from './SweepResult';
import { around, valuesIn } from './values';
import words from '../../ui/words.module.css';
import styles from './sweeps.module.css';

/** So many points are enough to see a form, and soon computed. */
const MOST_POINTS = 100;
/** Where the drawing says nothing of what must hold. */
const MODEST = ['error_rate < 0.01'];

/** Tries one or two numbers at several values, and shows what each costs and how it stands up. */
export function Sweeps() {
  const { t } = useI18n();
  const { topology, designId, selected } = useDrawing();
  const kinds = useKindsState((state) => state.kinds);
  const known = useMemo(() => variables(topology, kinds), [topology, kinds]);
  const { design, axes: swept, job, working, givenUp, problem } = useSweeping();
  const here = design === designId;
  const [wishes, setWishes] = useState<readonly Wish[]>(() =>
    here && swept.length > 0
      ? swept.map(({ variable, values }) => ({ id: variable.id, text: values.join(', ') }))
      : [first(known, selected)].filter((wish) => wish !== null),
  );
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  const thresholds = topology.thresholds?.length ? topology.thresholds : (wanted ?? MODEST);
  const axes = wishes.map((wish) => axisOf(wish, known));
  const ready = axes.filter((axis) => axis !== null);
  const points = ready.reduce((product, axis) => product * axis.values.length, 1);
  const fits = ready.length === wishes.length && ready.length > 0 && points <= MOST_POINTS;
  const twice = new Set(wishes.map(({ id }) => id)).size < wishes.length;
  const put = (index: number, wish: Wish): void => setWishes(wishes.map((old, at) => (at === index ? wish : old)));
  if (known.length === 0) return null;
  return (
    <div className={styles['sweeps']}>
      <p className={words['quiet']}>{t('sweeps.intro')}</p>
      {wishes.map((wish, index) => (
        <AxisField
          key={index}
          wish={wish}
          variables={known}
          onChange={(next) => put(index, next)}
          {...(wishes.length > 1 ? { onRemove: () => setWishes(wishes.filter((_, at) => at !== index)) } : {})}
        />
      ))}
      {topology.thresholds?.length ? (
        <p className={words['quiet']}>
          {t('sweeps.judged')}{' '}
          {thresholds.map((threshold) => (
            <code key={threshold}>{threshold}</code>
          ))}
        </p>
      ) : (
        <ThresholdsField thresholds={thresholds} onChange={setWanted} />
      )}
      <div className={styles['actions']}>
        {working ? (
          <Button icon="stop" onClick={() => void giveUp()}>
            {t('sweeps.cancel')}
          </Button>
        ) : (
          <Button icon="play" disabled={!fits || twice || thresholds.length === 0} onClick={() => void sweep(designId, topology, ready, thresholds)}>
            {t('sweeps.start', { count: fits ? points : 0 })}
          </Button>
        )}
        {wishes.length === 1 && (
          <Button variant="ghost" icon="add" onClick={() => setWishes([...wishes, second(known, wishes[0])])}>
            {t('sweeps.second')}
          </Button>
        )}
      </div>
      {points > MOST_POINTS && <p className={words['warning']}>{t('sweeps.many', { count: points, most: MOST_POINTS })}</p>}
      {twice && <p className={words['warning']}>{t('sweeps.twice')}</p>}
      {here && problem && (
        <p className={words['warning']} role="alert">
          {problem}
        </p>
      )}
      {here && job && <SweepResult key={job.id} job={job} axes={swept} working={working} givenUp={givenUp} />}
    </div>
  );
}

function axisOf(wish: Wish, known: readonly Variable[]): Axis | null {
  const variable = known.find(({ id }) => id === wish.id);
  const values = variable && valuesIn(wish.text, variable);
  return variable && values ? { variable, values } : null;
}

/** A number to begin with: of what is selected, else how often what bears the load stands there. */
function first(known: readonly Variable[], selected: readonly string[]): Wish | null {
  const variable = known.find(({ of }) => of !== null && selected.includes(of)) ?? known.find(({ id }) => id.endsWith(':replicas')) ?? known[0];
  return variable ? { id: variable.id, text: around(variable.value, variable) } : null;
}

/** Beside the first: the load, or where that is taken the next one. */
function second(known: readonly Variable[], taken: Wish | undefined): Wish {
  const variable = known.find(({ id }) => id !== taken?.id);
  return variable ? { id: variable.id, text: around(variable.value, variable) } : { id: '', text: '' };
}
