import Mocha from "mocha";

/** Mocha's `spec` reporter, closing with the line `N passed, N failed` that continuous integration reads. */
export default class ClosingLineReporter extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const { passes, failures } = this.stats;
    console.log(`${String(passes)} passed, ${String(failures)} failed`);
  }
}
module.exports = ClosingLineReporter;
