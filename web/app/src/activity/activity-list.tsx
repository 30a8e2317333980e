import type { ActivityItem } from "../api/activity.ts";
import { Icon, type IconName } from "../controls/icon.tsx";
import { humanDay, type Day } from "../tasks/due-date.ts";
import { activityByDay } from "./by-day.ts";
import { activitySentence } from "./sentences.ts";

const ICONS: Readonly<Record<ActivityItem["kind"], IconName>> = {
  sign_in: "check",
  change: "pencil",
  refusal: "close",
};

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

export function ActivityList({ items, today }: { readonly items: readonly ActivityItem[]; readonly today: Day }) {
  return activityByDay(items).map((section) => (
    <section key={section.day} className="activity-day" aria-labelledby={`activity-${section.day}`}>
      <h2 id={`activity-${section.day}`} className="activity-heading">
        {humanDay(section.day, today)}
      </h2>
      <ul className="activity-list">
        {section.items.map((item) => (
          <ActivityRow key={item.id} item={item} />
        ))}
      </ul>
    </section>
  ));
}

function ActivityRow({ item }: { readonly item: ActivityItem }) {
  const { kind, at, source_ip: address, this_session: isHere } = item;
  return (
    <li className="activity-row">
      <span className={`activity-mark activity-mark-${kind}`}>
        <Icon name={ICONS[kind]} size={16} />
      </span>
      <span className="activity-words">
        <span>
          {activitySentence(item)}
          {address !== null && <span className="activity-address"> from {address}</span>}
        </span>
        {isHere && <span className="activity-here">This session</span>}
      </span>
      <time className="activity-time" dateTime={at}>
        {timeOfDay.format(Date.parse(at))}
      </time>
    </li>
  );
}
