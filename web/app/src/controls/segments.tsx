import { useId } from "react";
import "./segments.css";

interface SegmentsProps<Value extends string> {
  readonly legend: string;
  readonly legendHidden?: boolean;
  readonly options: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, side by side. */
export function Segments<Value extends string>({
  legend,
  legendHidden = false,
  options,
  value,
  onChoose,
}: SegmentsProps<Value>) {
  const legendId = useId();
  const values = Object.keys(options) as Value[];
  return (
    <div className="segments" role="group" aria-labelledby={legendId}>
      <p id={legendId} className={legendHidden ? "visually-hidden" : "segments-legend"}>
        {legend}
      </p>
      <div className="segments-row">
        {values.map((option) => (
          <button
            key={option}
            type="button"
            className="segment"
            aria-pressed={option === value}
            onClick={() => onChoose(option)}
          >
            {options[option]}
          </button>
        ))}
      </div>
    </div>
  );
}
