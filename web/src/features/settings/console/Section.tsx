import { type ReactNode, useId } from 'react';
import general from '../general/general.module.css';

/** What it is about on one side, the fields on the other. */
export function Section({
  title,
  about,
  children,
}: {
  title: string;
  about: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={general.section} aria-labelledby={id}>
      <div className={general.about}>
        <h2 id={id}>{title}</h2>
        {about}
      </div>
      <div className={general.form}>{children}</div>
    </section>
  );
}
