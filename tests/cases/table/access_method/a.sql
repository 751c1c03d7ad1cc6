CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE t (id int); CREATE TABLE u (id int) USING other;
