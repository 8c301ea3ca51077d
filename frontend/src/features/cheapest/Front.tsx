import { useState } from 'react';
import type { Candidate, SearchFound } from '../../api/types';
import { useI18n } from '../../i18n/useI18n';
import { formatAvailability, formatMoney, formatMs, formatNumber } from '../figures/format';
import { placed, type Dot } from './scatter';
import words from '../../ui/words.module.css';
import figures from '../../ui/figures.module.css';
import styles from './cheapest.module.css';

interface Props {
  readonly found: SearchFound;
  readonly chosen: Candidate;
  readonly onChoose: (candidate: Candidate) => void;
}

const SHOWN = 8;
const WIDTH = 300;
const HEIGHT = 130;

/** What money buys: the forms that no other beats in cost, p99 and availability, as a picture and as a table to choose from. */
export function Front({ found, chosen, onChoose }: Props) {
  const { t, locale } = useI18n();
  const [all, setAll] = useState(false);
  const meeting = found.front.filter((candidate) => candidate.meets);
  const shown = all ? found.front : meeting.slice(0, SHOWN);
  return (
    <>
      <h4>{t('cheapest.front')}</h4>
      <p className={words['quiet']}>
        {t('cheapest.front.help')}
        {found.front_partial && ` ${t('cheapest.partial')}`}
      </p>
      <Picture found={found} chosen={chosen} />
      {shown.length > 0 && (
        <div className={figures['scroll']} tabIndex={0} role="region" aria-label={t('cheapest.front')}>
          <table className={figures['table']}>
            <thead>
              <tr>
                <th scope="col">{t('findings.cost')}</th>
                <th scope="col">{t('findings.latency')}</th>
                <th scope="col">{t('findings.availability')}</th>
                <th scope="col">{t('cheapest.spofs')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((candidate) => (
                <tr key={candidate.change} data-meets={candidate.meets} aria-current={candidate === chosen}>
                  <th scope="row">
                    <button type="button" className={figures['pick']} onClick={() => onChoose(candidate)} title={candidate.change}>
                      {formatMoney(candidate.cost_per_month, locale)}
                    </button>
                  </th>
                  <td>{formatMs(candidate.p99_ms, locale)}</td>
                  <td>{formatAvailability(candidate.availability, locale)}</td>
                  <td>{formatNumber(candidate.spofs, locale)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.front.length > shown.length || all ? (
        <button type="button" className={figures['pick']} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('findings.losses.less') : t('cheapest.front.all', { count: found.front.length })}
        </button>
      ) : null}
    </>
  );
}

function Picture({ found, chosen }: { found: SearchFound; chosen: Candidate }) {
  const { t, locale } = useI18n();
  const { dots, low, high } = placed([found.start, ...found.front, found.best], WIDTH, HEIGHT);
  if (dots.length < 2) return null;
  const label = t('cheapest.picture', {
    low: formatMoney(low.x, locale),
    high: formatMoney(high.x, locale),
    fast: formatMs(low.y, locale),
    slow: formatMs(high.y, locale),
  });
  return (
    <svg className={styles['picture']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line x1="0" y1={HEIGHT - 16} x2={WIDTH} y2={HEIGHT - 16} />
      <text x="0" y={HEIGHT - 3}>
        {formatMoney(low.x, locale)}
      </text>
      <text x={WIDTH} y={HEIGHT - 3} textAnchor="end">
        {formatMoney(high.x, locale)}
      </text>
      <text x="0" y="10">
        {formatMs(high.y, locale)}
      </text>
      <text x="0" y={HEIGHT - 22}>
        {formatMs(low.y, locale)}
      </text>
      {dots.map(({ candidate, x, y }: Dot) => (
        <circle key={`${candidate.change}:${candidate.meets}`} cx={x} cy={y} r={candidate === chosen ? 6 : 4} data-meets={candidate.meets} data-chosen={candidate === chosen}>
          <title>{`${formatMoney(candidate.cost_per_month, locale)} · ${formatMs(candidate.p99_ms, locale)} · ${formatAvailability(candidate.availability, locale)}`}</title>
        </circle>
      ))}
    </svg>
  );
}
