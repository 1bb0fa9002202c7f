"""The formula language of the sheet declarations: parsed once, written for Excel, computed here.

[start]                     this row's cell of the column `start`
tasks[start]                the whole column `start` of the table `tasks`
readings[spend:refund]      neighbouring columns; readings[#spend:refund] their headers
as_of                       a single value (a defined name of the workbook)
task_status.done            a choice, in the workbook's language
W([end]+1)                  a macro of formulas.yml; capitals are Excel functions otherwise
"""
