package io.braid.column;

import java.util.Arrays;

/** Values of type STRING, each a code of a {@link Dictionary}; NULL is {@link Dictionary#NULL}. */
public final class StringColumn extends Column {

  private final int[] codes;
  private final Dictionary dictionary;

  private StringColumn(int size, int[] codes, Dictionary dictionary) {
    super(ColumnType.STRING, size);
    this.codes = codes;
    this.dictionary = dictionary;
  }

  /** Returns a column over the first {@code size} of {@code codes}, not copied. */
  public static StringColumn of(int[] codes, int size, Dictionary dictionary) {
    return new StringColumn(size, codes, dictionary);
  }

  /** Returns the code at {@code row}, {@link Dictionary#NULL} for NULL. */
  public int code(int row) {
    return codes[row];
  }

  /** Returns the text at {@code row}, which must not be NULL. */
  public String get(int row) {
    return dictionary.text(codes[row]);
  }

  /** Returns what the codes refer to; it may hold more texts than this column uses. */
  public Dictionary dictionary() {
    return dictionary;
  }

  @Override
  public boolean isNull(int row) {
    return codes[row] < 0;
  }

  @Override
  public boolean mayHaveNulls() {
    return true;
  }

  @Override
  public Object value(int row) {
    return isNull(row) ? null : get(row);
  }

  @Override
  public StringColumn select(int[] rows, int count) {
    int[] selected = new int[count];
    for (int i = 0; i < count; i++) {
      selected[i] = codes[rows[i]];
    }
    return new StringColumn(count, selected, dictionary);
  }

  /** Collects values in order; one owner. */
  public static final class Builder {
    private final Dictionary dictionary;
    private int[] codes;
    private int size;

    /** Starts a column whose texts are added to {@code dictionary}. */
    public Builder(Dictionary dictionary, int capacity) {
      this.dictionary = dictionary;
      this.codes = new int[Math.max(capacity, 8)];
    }

    /** Appends a text. */
    public void append(String text) {
      appendCode(dictionary.encode(text));
    }

    /** Appends the text that lies in {@code buffer} from {@code from} on. */
    public void append(char[] buffer, int from, int length) {
      appendCode(dictionary.encode(buffer, from, length));
    }

    /** Appends NULL. */
    public void appendNull() {
      appendCode(Dictionary.NULL);
    }

    /** Appends the text that has this code in the column's dictionary. */
    public void appendCode(int code) {
      if (size == codes.length) {
        codes = Arrays.copyOf(codes, size * 2);
      }
      codes[size++] = code;
    }

    /** Returns what was appended; the builder must not be used afterwards. */
    public StringColumn build() {
      return new StringColumn(size, codes, dictionary);
    }
  }
}
