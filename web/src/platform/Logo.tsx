import c from './Logo.module.css';

/** The platform's own mark: a desk with a rising line. */
export function Logo({ tag }: { tag?: string }) {
  return (
    <span className={c.logo}>
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <rect className={c.plate} width="24" height="24" rx="7" />
        <path className={c.line} d="M6 13.2l3.4-3.6 3 2.6L18 6.6" />
        <path className={c.desk} d="M6 17.2h12" />
      </svg>
      <span className={c.word} dir="ltr">
        Brokerdesk
      </span>
      {tag && <span className={c.tag}>{tag}</span>}
    </span>
  );
}
