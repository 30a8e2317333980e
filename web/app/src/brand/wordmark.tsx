import { Mark } from "./mark.tsx";
import "./wordmark.css";

export function Wordmark() {
  return (
    <span className="wordmark">
      <Mark />
      <span className="wordmark-name">Tasks</span>
      <span className="wordmark-by">by Gatepost</span>
    </span>
  );
}
