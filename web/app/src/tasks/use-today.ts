import { useEffect, useState } from "react";
import { dayOf, type Day } from "./due-date.ts";

const MINUTE_MS = 60_000;

/** A page left open overnight must not call yesterday "Today". */
export function useToday(): Day {
  const [today, setToday] = useState(() => dayOf(new Date()));
  useEffect(() => {
    const timer = setInterval(() => setToday(dayOf(new Date())), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return today;
}
