import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { formatMoney, formatSigned } from '../figures/format';
import { Said } from '../figures/Said';
import { joined } from '../names';
import { changeText, figureName } from './figureText';
import { usePatch } from './usePatch';
import { reasonFor, type Advice as AdviceItem, type Report } from './report';
import words from '../../ui/words.module.css';
import shared from './sections.module.css';
import styles from './Advice.module.css';

/** Changes that were tried out on the model, with what each buys and costs. */
export function Advice({ report }: { report: Report }) {
  const { t, language } = useI18n();
  const untried = reasonFor(report, '/advice', language);
  return (
    <>
      {report.advice.length === 0 && !untried && <p className={words['quiet']}>{t('findings.advice.none')}</p>}
      <ul className={shared['list']}>
        {report.advice.map((advice) => (
          <AdviceRow key={advice.title} advice={advice} />
        ))}
      </ul>
      {untried && <p className={words['quiet']}>{untried}</p>}
    </>
  );
}

function AdviceRow({ advice }: { advice: AdviceItem }) {
  const { t, locale, language } = useI18n();
  const { readOnly, mentionsIn } = useDrawing();
  const patch = usePatch();
  const served = (language === 'ko' && advice.title_ko) || advice.title;
  const title = joined(mentionsIn(served));
  return (
    <li className={shared['row']}>
      <div className={shared['rowHead']}>
        <span className={shared['title']}>
          <Said text={served} />
        </span>
        <span className={shared['push']} />
        {!readOnly && (
          <Button type="button" size="small" aria-label={t('findings.advice.apply', { title })} onClick={() => patch(advice.patch, title)}>
            {t('findings.apply')}
          </Button>
        )}
      </div>
      <p className={styles['buys']}>
        {Object.entries(advice.buys).map(([figure, change]) => (
          <span key={figure} className={styles['buy']}>
            {t('findings.advice.buys', { change: changeText(figure, change, locale), figure: figureName(figure, t) })}
          </span>
        ))}
        <span className={styles['buy']}>{t('findings.advice.cost', { cost: formatSigned(advice.cost_per_month, (value) => formatMoney(value, locale)) })}</span>
      </p>
    </li>
  );
}
