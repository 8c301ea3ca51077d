import { useI18n } from '../../i18n/useI18n';
import { NodeLink } from '../figures/NodeLink';
import { figureName, figureText } from './figureText';
import { useParamName } from './useFindingHelp';
import { reasonFor, type Bar, type Report } from './report';
import words from '../../ui/words.module.css';
import styles from './Tornado.module.css';

/** The numbers that the answer depends on most, and how far the figures move within their bands. */
export function Tornado({ report }: { report: Report }) {
  const { t, locale, language } = useI18n();
  const untried = reasonFor(report, '/tornado', language);
  const bars = report.tornado.filter((bar) => low(bar, locale) !== high(bar, locale));
  const [longest] = bars;
  if (!longest) return untried && <p className={words['quiet']}>{untried}</p>;
  return (
    <section>
      <h3>{t('findings.tornado')}</h3>
      <p className={words['quiet']}>{t('findings.tornado.help')}</p>
      <ul className={styles['tornado']}>
        {bars.map((bar) => (
          <Row key={`${bar.element}:${bar.param}`} bar={bar} longest={longest.swing} />
        ))}
      </ul>
    </section>
  );
}

function Row({ bar, longest }: { bar: Bar; longest: number }) {
  const { t, unit, locale } = useI18n();
  const name = useParamName(bar.element, bar.param);
  const number = (value: number): string => new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 }).format(value);
  return (
    <li>
      <span className={styles['what']}>
        <NodeLink id={bar.element} /> {name}
      </span>
      <span className={styles['band']}>
        {number(bar.low)} – {number(bar.high)} {unit(bar.unit)}
      </span>
      <span className={styles['moves']}>
        {figureName(bar.moves, t)} {low(bar, locale)} → {high(bar, locale)}
      </span>
      <span className={styles['swing']} style={{ inlineSize: `${(bar.swing / longest) * 100}%` }} aria-hidden="true" />
    </li>
  );
}

/** The figure that the number moves most, with the number at the lower end of its band. */
function low({ moves, at_low }: Bar, locale: string): string {
  return figureText(moves, at_low[moves] ?? null, locale);
}

function high({ moves, at_high }: Bar, locale: string): string {
  return figureText(moves, at_high[moves] ?? null, locale);
}
