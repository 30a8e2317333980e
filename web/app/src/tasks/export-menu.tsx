import { exportTasks } from "../api/tasks.ts";
import type { ExportFormat } from "../api/types.ts";
import { Disclosure } from "../controls/disclosure.tsx";
import { Icon } from "../controls/icon.tsx";
import { sayProblem } from "../messages/toasts.ts";

const FORMATS: Readonly<Record<ExportFormat, string>> = { csv: "CSV, for spreadsheets", json: "JSON, for programs" };

export function ExportMenu() {
  return (
    <Disclosure
      label="Export"
      buttonClassName="button button-quiet"
      button={
        <>
          <Icon name="download" />
          <span className="wide-only">Export</span>
        </>
      }
    >
      {(close) => (
        <>
          <p className="export-what">All tasks of your own</p>
          {(Object.keys(FORMATS) as ExportFormat[]).map((format) => (
            <button
              key={format}
              type="button"
              className="disclosure-item"
              onClick={() => {
                close();
                void download(format);
              }}
            >
              {FORMATS[format]}
            </button>
          ))}
        </>
      )}
    </Disclosure>
  );
}

/** A plain link would carry no token, so the file is fetched like everything else and handed over from memory. */
async function download(format: ExportFormat): Promise<void> {
  try {
    const url = URL.createObjectURL(await exportTasks(format));
    const link = document.createElement("a");
    link.href = url;
    link.download = `tasks.${format}`;
    link.click();
    // The download has to have begun before its source goes away.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (error) {
    sayProblem(error);
  }
}
