import { Handle, ask } from "./handle.js";
import { bytes, count, flag, named, text, time } from "./input.js";
import { RawCalendar } from "./readers.js";
import { withReaders } from "./readers-module.js";

/** @extends {Handle<RawCalendar>} */
export class Calendar extends Handle {
  /** @param {import("./index.d.ts").Document<import("./index.d.ts").CalendarDocument>} document */
  static fromJson(document) {
    const input = bytes(document);
    return new Calendar(withReaders(() => RawCalendar.fromJson(input)));
  }

  get id() {
    return ask(this, Calendar, (raw) => raw.id());
  }

  get version() {
    return ask(this, Calendar, (raw) => raw.version());
  }

  get zone() {
    return ask(this, Calendar, (raw) => raw.zone());
  }

  get zoneRules() {
    return ask(this, Calendar, (raw) => raw.zoneRules());
  }

  /** @param {string} local */
  instant(local) {
    const shown = text(local, "/local");
    return ask(this, Calendar, (raw) => raw.instant(shown));
  }

  /** @param {import("./index.d.ts").Time} instant */
  local(instant) {
    const at = time(instant, "/instant");
    return ask(this, Calendar, (raw) => raw.local(at));
  }

  /**
   * @param {string} due
   * @param {number} [graceDays]
   * @param {{schoolDays?: boolean}} [options]
   */
  cutoff(due, graceDays = 0, options = undefined) {
    const shown = text(due, "/due");
    const days = count(graceDays, "/graceDays");
    const inSchoolDays = flag(named(options, ["schoolDays"]).schoolDays, "/options/schoolDays");
    return ask(this, Calendar, (raw) => raw.cutoff(shown, days, inSchoolDays));
  }

  /**
   * @param {string} from
   * @param {string} until
   */
  schoolDays(from, until) {
    const [first, last] = [text(from, "/from"), text(until, "/until")];
    return ask(this, Calendar, (raw) => raw.schoolDays(first, last));
  }

  toJson() {
    return ask(this, Calendar, (raw) => raw.toJson());
  }
}
