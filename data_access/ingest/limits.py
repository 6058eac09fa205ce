"""How large a delivery may be, written down once. Beyond it a file is refused in one sentence, or a row with its reason, before it costs memory or time."""

#: A file as it comes. Ten million visits as CSV take some 450 MB, and ten million is what the store is made for.
MAX_BYTES = 500_000_000
#: An Excel workbook as it comes. A sheet of 200,000 rows and eight columns was measured to take 5 MB, so a sheet that is full to its last row some 26 MB.
MAX_WORKBOOK_BYTES = 50_000_000
#: All that is packed in a workbook or a StatLine zip, unpacked. The same sheet takes 57 MB, a full one some 300 MB.
MAX_UNPACKED_BYTES = 1_000_000_000
#: An outline file: it is held in memory as objects, some ten times its size.
MAX_FEATURES_BYTES = 200_000_000
#: Rows of a table, blank lines included. Ten million visits with room to spare.
MAX_ROWS = 20_000_000
#: Rows of an Excel sheet: Excel itself has no more.
MAX_SHEET_ROWS = 1_048_576
#: Columns of a table. A wide sheet of a whole year with a column per day has some 370, the widest table of CBS some 300.
MAX_COLUMNS = 1_000
#: Cells of a table, empty ones included; each takes some 40 bytes of memory while it is read. Ten million visits of eight columns are 80 million.
MAX_CELLS = 120_000_000
#: Letters in a cell: Excel itself holds no more.
MAX_CELL_LETTERS = 32_767
#: Bytes of a row of text. It must fit in one block that is parsed.
MAX_ROW_BYTES = 1_000_000
#: Lines of a row whose cells hold line ends: Excel itself holds no more of them in a cell.
MAX_ROW_LINES = 254

#: The child process that reads a workbook: memory, processor time, and how long its parent waits for it. A sheet of
#: 600,000 rows took 24 seconds of processor time, so a full one some 42; other work on the machine makes the wait longer.
WORKBOOK_MEMORY_BYTES = 512_000_000
WORKBOOK_PROCESSOR_SECONDS = 100
WORKBOOK_SECONDS = 240
