import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useFormat } from '@/app/ui';
import c from './dashboard.module.css';

type Day = { date: string; count: number };

/** Laid out left to right also in Arabic, with the time axis reversed and the scale on the right. */
export function DayChart({ days, name }: { days: Day[]; name: string }) {
  const f = useFormat();
  const rtl = f.locale === 'ar';
  const tick = { fill: 'var(--text-3)', fontSize: 12 };
  return (
    <div dir="ltr" className={c.chartBox} aria-hidden>
      <ResponsiveContainer width="100%" height={240} initialDimension={{ width: 800, height: 240 }}>
        <AreaChart
          accessibilityLayer={false}
          data={days}
          margin={{ top: 8, right: rtl ? 0 : 8, bottom: 0, left: rtl ? 8 : 0 }}
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="date"
            reversed={rtl}
            tickFormatter={f.shortDay}
            tick={tick}
            tickLine={false}
            axisLine={false}
            tickMargin={10}
            minTickGap={44}
          />
          <YAxis
            orientation={rtl ? 'right' : 'left'}
            allowDecimals={false}
            tickFormatter={f.int}
            tick={tick}
            tickLine={false}
            axisLine={false}
            width={40}
            tickMargin={8}
          />
          <Tooltip
            cursor={{ stroke: 'var(--line-strong)' }}
            isAnimationActive={false}
            content={({ active, payload }) => {
              const day = payload?.[0]?.payload as Day | undefined;
              return active && day ? (
                <div className={c.tip} dir={rtl ? 'rtl' : 'ltr'}>
                  <span className="dim">{f.date(day.date)}</span>
                  <b>{f.int(day.count)}</b>
                </div>
              ) : null;
            }}
          />
          <Area
            type="monotone"
            dataKey="count"
            name={name}
            stroke="var(--brand-text)"
            strokeWidth={1.75}
            fill="var(--brand-soft)"
            fillOpacity={0.9}
            isAnimationActive={false}
            activeDot={{ r: 4, fill: 'var(--brand-text)', stroke: 'var(--surface)', strokeWidth: 2 }}
          />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}
